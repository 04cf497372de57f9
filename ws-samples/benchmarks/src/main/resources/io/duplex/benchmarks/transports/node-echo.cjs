// The echo server of Node's ws. It prints its port, answers "used" with its processor time, and exits at the
// end of its input.
'use strict';
const { WebSocketServer } = require('ws');
const readline = require('readline');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096, maxPayload: 8 << 20 });
const members = new Set();

server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    if (request.url === '/broadcast') {
        members.add(socket);
        socket.on('close', () => members.delete(socket));
        socket.on('message', (data) => members.forEach((member) => member.send(data, { binary: true })));
    } else {
        socket.on('message', (data) => socket.send(data, { binary: true }));
    }
});
server.on('listening', () => console.log(server.address().port));

readline.createInterface({ input: process.stdin }).on('line', () => {
    const used = process.cpuUsage();
    console.log(`${used.user * 1000} ${used.system * 1000} 0`);
}).on('close', () => process.exit(0));
