/**
 * The layer contract: the duties of a transport to the layer above it, tested here once over real sockets. A
 * transport's tests extend {@link io.duplex.contract.layer.LayerContract}; tests of what only one transport
 * has may use {@link io.duplex.contract.layer.LayerFixture} and {@link io.duplex.contract.layer.TestLayer}.
 */
package io.duplex.contract.layer;
