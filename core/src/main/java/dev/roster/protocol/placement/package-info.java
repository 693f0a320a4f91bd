/** The pure function from members and present placement to the next placement. */
@NullMarked
package dev.roster.protocol.placement;

import org.jspecify.annotations.NullMarked;
