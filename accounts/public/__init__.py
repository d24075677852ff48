"""What everybody sees without log-in, and the API for machines."""
