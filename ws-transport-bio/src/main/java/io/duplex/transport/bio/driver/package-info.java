/**
 * Drives {@link io.duplex.transport.ByteLayer}s over blocking sockets, on threads of any kind. Shared by the
 * blocking transports (platform threads, virtual threads) and exported to them only.
 *
 * <p>The threads of one connection ({@code BlockingConnection}):
 * <ul>
 * <li>its <i>connection thread</i> connects, waits in {@code read}, and makes most receiving calls;
 * <li>a receiving call is made by the thread that has the turn ({@code SerialExecutor}): the connection
 * thread after a read, or a helper that runs deadlines and executed tasks while the connection thread waits;
 * <li>output is written by one thread at a time ({@code SerialWriter}), without the turn;
 * <li>one timer thread for all connections of a listener or connector ({@code DeadlineTimer}) only starts
 * helpers.
 * </ul>
 * Nothing here uses {@code synchronized}, and no lock is held during user code or a system call that blocks.
 */
package io.duplex.transport.bio.driver;
