"""Payment gateways: one module each, behind one interface."""
