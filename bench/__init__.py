"""The benchmarks: `make bench` prints each figure beside the floor measured in the same run."""
