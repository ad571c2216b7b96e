"""The measurements, by what they are about."""
