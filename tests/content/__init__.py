"""What the pure heart promises: the rule language, packs, the clinical rules, the flow, check-ins, icing and words."""
