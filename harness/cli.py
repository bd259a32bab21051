"""The command `carom`: serve a local Stripe, see a round trip, run scenarios, check an app.

Exit codes: 0 all holds, 1 something is broken, 2 wrong usage or configuration, 3 no verdict (the
app does not start or does not answer, or nothing was put to the test).
"""

from __future__ import annotations

import typer

from harness.commands.check import check_command
from harness.commands.demo import demo_command
from harness.commands.init import init_command
from harness.commands.recorded import import_command
from harness.commands.replay import explain_command, findings_command, replay_command
from harness.commands.run import run_command, scenarios_command
from harness.commands.serve import serve_command
from harness.coverage import coverage_command
from harness.fidelity.commands import record_command, verify_command

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("serve")(serve_command)
app.command("demo")(demo_command)
app.command("init")(init_command)
app.command("import")(import_command)
app.command("run")(run_command)
app.command("check")(check_command)
app.command("replay")(replay_command)
app.command("explain")(explain_command)
app.command("findings")(findings_command)
app.command("scenarios")(scenarios_command)
app.command("coverage")(coverage_command)
app.command("verify")(verify_command)
app.command("record")(record_command)


def main() -> None:
    app()
