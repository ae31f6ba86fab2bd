"""The gateway's own dashboard: what somebody who takes money here would see and do at the gateway itself."""
