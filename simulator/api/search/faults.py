"""What a search is refused for.

The first two texts are Stripe's (answers to queries published by client libraries); how Stripe
words the others is not documented, so those are a choice of ours.
"""

from __future__ import annotations

from simulator.contract import ParameterError

PARAM = "query"


def unparsable() -> ParameterError:
    return ParameterError(
        'We were unable to parse your search query. Try using the format `metadata["key"]:"value"`'
        ' to query for metadata or key:"value" to query for other fields.'
    )


def unsupported_field(field: str, resource: str) -> ParameterError:
    return ParameterError(
        f"Field `{field}` is an unsupported search field for resource `{resource}`."
        f" {_list_of(resource)}"
    )


def unsupported_operator(field: str, operator: str, resource: str) -> ParameterError:
    return ParameterError(
        f"Field `{field}` of resource `{resource}` cannot be searched with the operator"
        f" `{operator}`. {_list_of(resource)}",
        param=PARAM,
    )


def not_a_number(field: str, value: str) -> ParameterError:
    return ParameterError(
        f"Field `{field}` is numeric and cannot be compared with `{value}`.", param=PARAM
    )


def too_short(field: str, least: int) -> ParameterError:
    return ParameterError(
        f"A substring to search for in field `{field}` must have at least {least} characters.",
        param=PARAM,
    )


def mixed_connectives() -> ParameterError:
    return ParameterError(
        "We were unable to parse your search query. `AND` and `OR` cannot be combined in the same"
        " query; clauses separated by a space are combined with `AND`.",
        param=PARAM,
    )


def too_many_clauses(most: int) -> ParameterError:
    return ParameterError(f"A search query can have up to {most} clauses.", param=PARAM)


def invalid_page(page: str) -> ParameterError:
    return ParameterError(
        f"Invalid page: '{page}'. Pass the `next_page` of the previous page, with the same query.",
        param="page",
    )


def _list_of(resource: str) -> str:
    anchor = f"query-fields-for-{resource.replace('_', '-')}"
    return f"See http://stripe.com/docs/search#{anchor} for a list of supported fields."
