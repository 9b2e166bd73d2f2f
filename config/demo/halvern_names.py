"""What the generated measures of Halvern are called: for each program things done, and where."""

PLANTS = ("Linz", "Ostrava", "Gdynia", "Monterrey", "Győr", "Varese")
REGIONS = ("Germany", "Austria", "Italy", "Poland", "Czechia", "Americas")
SITES = ("Vienna", *PLANTS)

SUBJECTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Direct Materials": (
        ("Sheet metal re-tendered", "Castings from a second source", "Fasteners bundled",
         "Bearings specified alike", "Resin contract indexed", "Motors bought as a system",
         "Coating moved to one supplier"),
        PLANTS,
    ),
    "Indirect Spend": (
        ("Cleaning re-tendered", "Temporary labour at one rate", "Tools from one catalogue",
         "Print and copy reduced", "Canteen contract renewed", "Waste contract renewed"),
        SITES,
    ),
    "Logistics": (
        ("Milk run for inbound parts", "Full loads to customers", "Packaging returned",
         "Express shipments approved first", "Warehouse space given back", "Sea instead of air"),
        PLANTS,
    ),
    "Plant Productivity": (
        ("Line rebalanced", "Set-up time halved", "Night shift unmanned", "Kitting at the line",
         "Maintenance by operators", "Robots for palletizing", "Changeovers planned weekly"),
        PLANTS,
    ),
    "Energy": (
        ("Air leaks closed", "Waste heat used", "Lighting replaced", "Peak load shaved",
         "Furnace insulated", "Ventilation by demand"),
        PLANTS,
    ),
    "Quality": (
        ("Scrap in welding halved", "Inspection by camera", "Rework loops removed",
         "Supplier parts right first time", "Warranty causes removed", "Paint defects reduced"),
        PLANTS,
    ),
    "Design-to-Value": (
        ("Housing in two parts", "Wall thickness reduced", "Screws replaced by clips",
         "Coating only where needed", "Gearbox simplified"),
        ("pumps", "fans", "valves", "drives", "compressors", "controls"),
    ),
    "Variant Reduction": (
        ("Slow variants ended", "Colours reduced", "Cable lengths standardized",
         "One control board", "Flanges unified"),
        ("pumps", "fans", "valves", "drives", "compressors", "controls"),
    ),
    "Pricing": (
        ("Discounts by rule", "Small-order fee", "Freight charged on", "Price list by value",
         "Contract prices indexed"),
        REGIONS,
    ),
    "Aftermarket": (
        ("Maintenance plans sold", "Repair kits offered", "Parts in a day", "Remote check sold",
         "Old machines refitted"),
        REGIONS,
    ),
    "Shared Services": (
        ("Invoices read by machine", "Payroll in the centre", "Month closed in four days",
         "Travel claims automated", "Recruiting from one desk"),
        SITES,
    ),
    "IT Simplification": (
        ("Old applications switched off", "Licences returned", "Servers consolidated",
         "Printers leased", "Mobile contracts bundled"),
        SITES,
    ),
    "Working Capital": (
        ("Stock ranges lowered", "Consignment stock agreed", "Receivables reminded early",
         "Tool stock pooled", "Blocked stock cleared"),
        SITES,
    ),
}  # fmt: skip
