"""Where: the fixed tree Organization > Portfolio > Program > Project > Package > Measure."""
