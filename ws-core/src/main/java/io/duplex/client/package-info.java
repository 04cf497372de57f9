/**
 * Clients: {@link io.duplex.client.WebSocketClient}, its requests, and its options for resolving, proxies and
 * reconnecting.
 */
package io.duplex.client;
