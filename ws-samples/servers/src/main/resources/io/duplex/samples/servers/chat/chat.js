/*
 * The chat page. The server sends "log:" and a line, or "connected:" and the number of participants; the page sends the user's
 * text unchanged. Text of other users enters the document through textContent only, so it can never become markup.
 */

import { connect, socketAddress } from "./connection.js";

/** The maximum number of lines; the oldest are removed first. */
const MAX_LINES = 1000;
/** The log counts as scrolled to its end within this distance. */
const END_TOLERANCE_PIXELS = 24;
const STATES = {
    unsupported: "sockets not supported",
    offline: "offline",
    connecting: "Not connected",
    open: "Connected to server",
    error: "Communication error",
    closed: "Not connected",
};
const OWN_ID = /^You are (\S+)$/;
const SAYING = /^(\S+) says(?: to you)?: /;

const element = (id) => document.getElementById(id);

let ownId = "";

function isAtEnd(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight < END_TOLERANCE_PIXELS;
}

function addLine(line) {
    const log = element("log");
    const follow = isAtEnd(log);
    const item = document.createElement("li");
    const saying = SAYING.exec(line);
    if (saying) {
        item.className = saying[1] === ownId ? "saying own" : "saying";
        const who = document.createElement("b");
        who.textContent = saying[0];
        const text = document.createElement("span");
        text.textContent = line.slice(saying[0].length);
        item.append(who, text);
    } else {
        item.className = "event";
        item.textContent = line;
    }
    log.append(item);
    while (log.childElementCount > MAX_LINES) {
        log.firstElementChild.remove();
    }
    if (follow) {
        log.scrollTop = log.scrollHeight;
    }
}

function onMessage(data) {
    const [, kind, value] = /^(log|connected):([^]*)$/.exec(data) ?? [];
    if (kind === "connected") {
        element("participants").textContent = value;
    } else if (kind === "log") {
        ownId = OWN_ID.exec(value)?.[1] ?? ownId;
        addLine(value);
    }
}

function onState(state, waitMillis) {
    element("state").textContent = STATES[state];
    element("again").textContent = waitMillis === undefined ? "" : `again in ${Math.ceil(waitMillis / 1000)} s`;
    element("state").dataset.state = state;
    element("send").disabled = state !== "open";
    if (state === "open") {
        // The room sends its last lines to each connection; old ones would be duplicates.
        element("log").replaceChildren();
    }
    if (state !== "open") {
        element("participants").textContent = "–";
    }
}

function address() {
    const name = element("name").value.trim();
    return socketAddress(`/chat${name === "" ? "" : `?name=${encodeURIComponent(name)}`}`);
}

element("name").value = new URLSearchParams(location.search).get("name") ?? "";
const connection = connect(address, onState, onMessage);

element("say-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = element("text").value;
    // Unsent text stays in the field.
    if (text.trim() !== "" && connection.send(text)) {
        element("text").value = "";
    }
});
element("name-form").addEventListener("submit", (event) => {
    event.preventDefault();
    connection.reconnect();
    element("text").focus();
});
