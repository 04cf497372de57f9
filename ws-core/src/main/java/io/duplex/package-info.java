/**
 * The API: {@link io.duplex.server.WebSocketServer} and {@link io.duplex.client.WebSocketClient} make
 * {@link io.duplex.WebSocket}s, which report to a {@link io.duplex.WebSocketHandler} or are read in blocking
 * style with {@link io.duplex.WebSocket#receive()}.
 *
 * <p><b>The contract on every transport.</b>
 * <ol>
 * <li>The callbacks of one connection never run concurrently or out of order. Exactly one {@code onOpen} is
 * followed by exactly one {@code onClose}; {@code onError} precedes {@code onClose}.
 * <li>No lock is held while user code runs: {@code send} and {@code close} may be called from any thread and
 * any callback, {@code onOpen} and {@code onClose} included.
 * <li>{@code send} is thread-safe, messages are never interleaved, and their order is the order of the calls.
 * A slow peer affects its own connection only: its send queue is bounded.
 * <li>Reading pauses while the application does not take messages, or, on a server, while the send queue is
 * above its high-water mark.
 * <li>A buffer passed to a callback is valid during the callback; the application may keep {@code String},
 * {@code byte[]} and {@link io.duplex.Message}. The content of an array or buffer given to {@code send} is
 * never changed, and may be reused as soon as {@code send} has returned.
 * <li>{@code close} never blocks; {@code onClose} reports the codes sent and received, which side initiated
 * the close, and the cause if the connection did not end cleanly.
 * </ol>
 */
package io.duplex;
