/*
 * A WebSocket that comes back. When the connection ends it is opened again after a pause that doubles, with a random part so
 * that the pages of a server that restarts do not all return in the same moment. While the browser is offline there is nothing
 * to try: the next attempt waits for the network.
 */

const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;
/** A connection that lasted so long was a good one: the next pause is short again. */
const GOOD_MILLIS = 5_000;

/** The address of a path on the server that the page came from. */
export function socketAddress(path) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return `${scheme}//${location.host}${path}`;
}

/**
 * Connects and stays connected.
 *
 * @param address a function that gives the address of each attempt
 * @param onState is called with "unsupported", "offline", "connecting", "open", "error" or "closed", and, where an attempt
 *                follows, the milliseconds until then
 * @param onMessage is called with the data of each message
 * @return an object with send(data), which answers whether there was a connection to send on, and reconnect(), which begins
 *         anew at once
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

    /** Drops the connection without waiting for the end of its closing handshake. */
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
