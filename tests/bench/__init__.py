"""What Carom costs: `make bench` measures it, beside its peers, in one run on one machine."""
