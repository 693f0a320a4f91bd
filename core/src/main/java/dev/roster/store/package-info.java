/** The store interface: an ordered, transactional, watchable key-value space. */
@NullMarked
package dev.roster.store;

import org.jspecify.annotations.NullMarked;
