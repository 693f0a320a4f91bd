/**
 * A TCP proxy that does to connections what networks do: {@link dev.roster.testkit.proxy.TcpProxy}
 * stands between one process and a server, cuts, delays, tears and swallows, and drops the
 * notifications of the protocols it knows.
 */
@NullMarked
package dev.roster.testkit.proxy;

import org.jspecify.annotations.NullMarked;
