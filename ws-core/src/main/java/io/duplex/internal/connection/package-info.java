/**
 * A connection from its first byte: the opening handshake, on servers also plain HTTP, and then a
 * {@link io.duplex.internal.session.Session}. The decisions are made in
 * {@code io.duplex.internal.handshake}; here they become bytes, deadlines and an order of events. No socket,
 * no thread, no clock.
 */
package io.duplex.internal.connection;
