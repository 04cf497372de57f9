/*
 * The log: what happened on the connection, row by row, oldest first and bounded.
 *
 * A row's class is its kind, and its data- attributes say the same as its words, for programs. What a peer sent enters
 * the document through textContent and dataset only, so it can never become markup.
 */

import { bytesOf, count, excerpt, numbers } from "./words.js";

/** Rows that the log keeps; the oldest go first. */
const MAX_ROWS = 500;
/** Bytes of a binary message that a row shows. */
const MAX_SHOWN_BYTES = 16;
/** Closer to the end than this, the log is taken to be at its end. */
const END_TOLERANCE_PIXELS = 24;

const element = (id) => document.getElementById(id);

let droppedRows = 0;
let scrollPending = false;

function isLogAtEnd() {
    const log = element("log");
    return log.scrollHeight - log.scrollTop - log.clientHeight < END_TOLERANCE_PIXELS;
}

/** Follows the newest row unless the reader has scrolled up: asked once a frame, before its first row is added. */
function followEnd() {
    if (scrollPending || !isLogAtEnd()) {
        return;
    }
    scrollPending = true;
    requestAnimationFrame(() => {
        scrollPending = false;
        scrollToNewest();
    });
}

function scrollToNewest() {
    element("log").scrollTop = element("log").scrollHeight;
}

function part(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
}

function timeStamp() {
    const now = new Date();
    const digits = (value, length) => String(value).padStart(length, "0");
    const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map((value) => digits(value, 2)).join(":");
    const made = part("time", "time", `${clock}.${digits(now.getMilliseconds(), 3)}`);
    made.dateTime = now.toISOString();
    return made;
}

/**
 * Adds a row: its kind is also its class, facts are short words behind the title, data become data- attributes, and a
 * payload is shown below.
 */
export function addRow(kind, title, facts, { data = {}, payload } = {}) {
    const row = part("div", `row ${kind}`, "");
    Object.assign(row.dataset, data);
    const factList = part("span", "facts", "");
    factList.append(...facts.filter((fact) => fact !== "").map((fact) => part("span", "fact", fact)));
    row.append(timeStamp(), part("span", "title", title), factList);
    if (payload !== undefined) {
        row.append(...payloadParts(payload));
    }
    followEnd();
    element("log").append(row);
    dropOldRows();
    element("clear").disabled = false;
}

function payloadParts(payload) {
    if (typeof payload !== "string") {
        return bytesOf(payload) === 0 ? [] : [binaryPart(payload)];
    }
    if (payload === "") {
        return [];
    }
    const shown = excerpt(payload);
    const body = part("div", "body", shown);
    body.dir = "auto";
    if (shown.length === payload.length) {
        return [body];
    }
    const lengths = `the first ${numbers.format(shown.length)} of ${count(payload.length, "character")}`;
    return [body, part("span", "note", `Cut here: these are ${lengths}.`)];
}

/** The first bytes in hexadecimal; a Blob's arrive a moment after its row. */
function binaryPart(payload) {
    const ending = bytesOf(payload) > MAX_SHOWN_BYTES ? " …" : "";
    const head = payload.slice(0, MAX_SHOWN_BYTES);
    const body = part("div", "body bytes", head instanceof Blob ? "…" : hex(head) + ending);
    if (head instanceof Blob) {
        head.arrayBuffer().then((buffer) => { body.textContent = hex(buffer) + ending; },
            () => { body.textContent = "The bytes cannot be read."; });
    }
    return body;
}

function dropOldRows() {
    const log = element("log");
    while (log.childElementCount > MAX_ROWS) {
        log.firstElementChild.remove();
        droppedRows++;
    }
    element("dropped").hidden = droppedRows === 0;
    element("dropped").textContent = `${count(droppedRows, "older row")} dropped, the last ${MAX_ROWS} kept`;
}

function clearLog() {
    droppedRows = 0;
    element("log").replaceChildren();
    dropOldRows();
    element("clear").disabled = true;
    element("newest").hidden = true;
    element("log").focus();
}

function hex(buffer) {
    return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

export function startLog() {
    element("clear").addEventListener("click", clearLog);
    element("newest").addEventListener("click", scrollToNewest);
    element("log").addEventListener("scroll", () => { element("newest").hidden = scrollPending || isLogAtEnd(); });
}
