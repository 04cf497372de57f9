/**
 * The transport contract: what an application may rely on whatever moves its bytes, stated in the design's
 * sections 3 and 4 and tested here once. A transport's tests extend
 * {@link io.duplex.contract.TransportContract}.
 */
package io.duplex.contract;
