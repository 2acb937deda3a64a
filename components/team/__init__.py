"""The Team page: everyone by name, and one person's work seen fairly."""
