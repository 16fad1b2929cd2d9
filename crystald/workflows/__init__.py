"""Plans and workflow templates: steps, their settings, and what each needs. Pure."""
