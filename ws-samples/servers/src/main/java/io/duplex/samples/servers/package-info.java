/**
 * The runnable samples and the {@code ws} command. To learn how a server is written, read
 * {@link io.duplex.samples.servers.EchoServer} with its two handlers,
 * {@link io.duplex.samples.servers.EchoHandler} and {@link io.duplex.samples.servers.BroadcastHandler}; to
 * learn how a client is, read {@link io.duplex.samples.servers.ClientCommand}. All else here is about the
 * command line.
 */
package io.duplex.samples.servers;
