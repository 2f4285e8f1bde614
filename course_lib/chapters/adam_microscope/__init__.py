"""Adam under the microscope: broken ones, the cycle it loses, what a large ε makes of it, and rare classes."""
