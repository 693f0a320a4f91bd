package dev.roster.protocol.placement;

/**
 * The level to which water rises when an amount of it is poured into vessels of different width
 * that already hold something: those whose content stands above the line get nothing, the others
 * end level with it ("water-filling", as in Cover and Thomas, "Elements of Information Theory", on
 * parallel channels).
 *
 * <p>The level is the fraction {@code amount / width}; {@link #share} is what stands in a vessel
 * below the line.
 */
record Waterline(long amount, long width) {

    /**
     * The line for {@code total}, which includes the content of every vessel. A vessel of width 0
     * keeps its content and takes none.
     *
     * <p>Starts with the level of all vessels together, takes out those that stand above it, and
     * repeats for the rest, whose level is lower. This is Newton's method on a convex piecewise
     * linear function (Dinkelbach, "On Nonlinear Fractional Programming", 1967): every round takes
     * out a vessel, so it ends; in practice two to five rounds do.
     */
    static Waterline over(long[] widths, long[] contents, long total) {
        boolean[] above = new boolean[widths.length];
        long amount = total;
        long width = 0;
        for (int m = 0; m < widths.length; m++) {
            if (widths[m] == 0) {
                above[m] = true;
                amount -= contents[m];
            }
            width += widths[m];
        }
        boolean settled = false;
        while (!settled) {
            settled = true;
            long amountBefore = amount;
            long widthBefore = width;
            for (int m = 0; m < widths.length; m++) {
                if (!above[m]
                        && Wide.compareProducts(contents[m], widthBefore, amountBefore, widths[m])
                                > 0) {
                    above[m] = true;
                    amount -= contents[m];
                    width -= widths[m];
                    settled = false;
                }
            }
        }
        return new Waterline(amount, width);
    }

    /** What a vessel of this width holds at the line, rounded down. */
    long share(long vesselWidth) {
        return vesselWidth == 0 ? 0 : Wide.multiplyDivide(amount, vesselWidth, width);
    }

    /**
     * What a vessel of this width holds at the line, rounded up: all vessels together have room for
     * the amount.
     */
    long shareRoundedUp(long vesselWidth) {
        return vesselWidth == 0 ? 0 : Wide.multiplyDivideUp(amount, vesselWidth, width);
    }

    /**
     * The numerator of the fraction that {@link #share} rounds away; its denominator is the width
     * of the line.
     */
    long remainder(long vesselWidth) {
        return vesselWidth == 0
                ? 0
                : Wide.remainder(amount, vesselWidth, width, share(vesselWidth));
    }
}
