/**
 * The opening handshake (RFC 6455 section 4) of both sides, as decisions: heads go in, a verdict comes out.
 * Nothing here reads or writes bytes, knows the time, waits or keeps a thread; nothing changes after it was
 * made, so all of it may be used from any thread. Internal: the package is not exported.
 *
 * <p>The server's side is {@link io.duplex.internal.handshake.ServerHandshake}, the client's
 * {@link io.duplex.internal.handshake.ClientHandshake}.
 */
package io.duplex.internal.handshake;
