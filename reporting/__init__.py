"""How is it going: roll-ups, dashboards, charts and exports; reads all below, changes nothing."""
