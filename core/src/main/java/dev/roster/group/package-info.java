/** Groups: members, leases, views and slots. */
@NullMarked
package dev.roster.group;

import org.jspecify.annotations.NullMarked;
