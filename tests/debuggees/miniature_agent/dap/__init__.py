"""Stands for `remora.dap`."""
