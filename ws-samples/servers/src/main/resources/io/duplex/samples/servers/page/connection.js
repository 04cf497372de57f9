/*
 * A WebSocket that reconnects. After the connection ends it is opened again after a pause. The pause doubles each time and has
 * a random part, so that the pages of a restarted server do not reconnect at the same moment. While the browser is offline, the
 * next attempt waits for the network.
 */

const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;
/** After a connection that lasted this long, the next pause is short again. */
const GOOD_MILLIS = 5_000;

/** Returns the address of a path on the server of this page. */
export function socketAddress(path) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return `${scheme}//${location.host}${path}`;
}

/**
 * Connects and stays connected.
 *
 * @param address a function that returns the address of each attempt
 * @param onState called with "unsupported", "offline", "connecting", "open", "error" or "closed", and with the milliseconds
 *                until the next attempt, if there is one
 * @param onMessage called with the data of each message
 * @return an object with send(data), which returns false without an open connection, and reconnect(), which connects again
 *         immediately
 */
export function connect(address, onState, onMessage) {
    let socket = null;
    let pauseMillis = FIRST_PAUSE_MILLIS;
    let openedMillis = 0;
    let timer = 0;

    function open() {
        clearTimeout(timer);
        if (!navigator.onLine) {
            onState("offline");
            return;
        }
        onState("connecting");
        const attempt = new WebSocket(address());
        attempt.binaryType = "arraybuffer";
        socket = attempt;
        let failed = false;
        attempt.onopen = () => {
            openedMillis = performance.now();
            onState("open");
        };
        attempt.onmessage = (event) => onMessage(event.data);
        attempt.onerror = () => { failed = true; };
        attempt.onclose = () => {
            if (socket === attempt) {
                socket = null;
                again(failed);
            }
        };
    }

    function again(failed) {
        if (!navigator.onLine) {
            onState("offline");
            return;
        }
        if (openedMillis > 0 && performance.now() - openedMillis > GOOD_MILLIS) {
            pauseMillis = FIRST_PAUSE_MILLIS;
        }
        openedMillis = 0;
        const waitMillis = pauseMillis * (0.5 + Math.random() / 2);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        onState(failed ? "error" : "closed", waitMillis);
        timer = setTimeout(open, waitMillis);
    }

    /** Closes the connection without waiting for the closing handshake. */
    function drop() {
        const dropped = socket;
        socket = null;
        dropped?.close();
    }

    function reconnect() {
        pauseMillis = FIRST_PAUSE_MILLIS;
        drop();
        open();
    }

    if (!("WebSocket" in window)) {
        onState("unsupported");
        return { send: () => false, reconnect: () => {} };
    }
    window.addEventListener("online", reconnect);
    window.addEventListener("offline", () => {
        clearTimeout(timer);
        drop();
        onState("offline");
    });
    open();
    return {
        send(data) {
            const ready = socket?.readyState === WebSocket.OPEN;
            if (ready) {
                socket.send(data);
            }
            return ready;
        },
        reconnect,
    };
}
