/** The blocking transport: {@code java.net.Socket} and one platform thread a connection. */
package io.duplex.transport.bio;
