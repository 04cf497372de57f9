/**
 * The runnable samples and the {@code ws} command. To learn how to write a server, read
 * {@link io.duplex.samples.servers.EchoServer} with its two handlers,
 * {@link io.duplex.samples.servers.EchoHandler} and {@link io.duplex.samples.servers.BroadcastHandler}. To
 * learn how to write a client, read {@link io.duplex.samples.servers.ClientCommand}. The other classes are
 * about the command line.
 */
package io.duplex.samples.servers;
