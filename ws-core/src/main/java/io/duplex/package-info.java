/**
 * The API: {@link io.duplex.server.WebSocketServer} and {@link io.duplex.client.WebSocketClient} make
 * {@link io.duplex.WebSocket}s, which report to a {@link io.duplex.WebSocketHandler} or are read in blocking
 * style with {@link io.duplex.WebSocket#receive()}.
 *
 * <p><b>The contract on every transport.</b>
 * <ol>
 * <li>The callbacks of one connection never run at once and never out of order. Exactly one {@code onOpen} is
 * followed by exactly one {@code onClose}; an {@code onError} comes before it.
 * <li>No lock is held while user code runs: {@code send} and {@code close} may be called from any thread and
 * any callback, {@code onOpen} and {@code onClose} included.
 * <li>{@code send} is thread-safe, messages are never interleaved, and their order is the order of the calls.
 * A slow peer costs its own connection only: what waits for it is bounded.
 * <li>Reading pauses while the application has not taken what came, or, on a server, while what it answered
 * waits to leave.
 * <li>A buffer handed to a callback is lent for the callback; {@code String}, {@code byte[]} and
 * {@link io.duplex.Message} are the application's to keep. The content of an array or buffer given to
 * {@code send} is never changed, and may be reused as soon as {@code send} has returned.
 * <li>{@code close} never blocks; what {@code onClose} gets tells which codes went each way, who began, and
 * the cause if the connection did not end cleanly.
 * </ol>
 */
package io.duplex;
