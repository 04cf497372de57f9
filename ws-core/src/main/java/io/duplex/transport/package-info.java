/**
 * Between the core and a transport: a {@link io.duplex.transport.ByteLayer} decides what bytes mean and when
 * a connection ends, a {@link io.duplex.transport.Transport} moves the bytes. Applications only name a
 * transport; they call nothing here.
 */
package io.duplex.transport;
