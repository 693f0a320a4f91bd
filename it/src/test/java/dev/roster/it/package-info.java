/** Tests of whole processes and of the whole checkout. */
@NullMarked
package dev.roster.it;

import org.jspecify.annotations.NullMarked;
