/**
 * Clients: {@link io.duplex.client.WebSocketClient}, its requests, and how it finds, reaches and keeps a
 * server.
 */
package io.duplex.client;
