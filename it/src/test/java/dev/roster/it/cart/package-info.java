/** A small HTTP service whose processes send each request to the one that owns its key. */
@NullMarked
package dev.roster.it.cart;

import org.jspecify.annotations.NullMarked;
