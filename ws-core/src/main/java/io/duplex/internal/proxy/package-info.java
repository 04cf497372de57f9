/**
 * Proxies for clients, without I/O: each protocol is a layer between the transport (or TLS with the proxy)
 * and the layers of the connection. Nothing here resolves names, reads a clock or has a thread. The package
 * is not exported; applications use {@link io.duplex.ProxyServer} and {@link io.duplex.client.ProxyPolicy}.
 */
package io.duplex.internal.proxy;
