// The connection to the server under `serve`, which is made again whenever it breaks.

const LONGEST = 2000; // milliseconds between two attempts
const QUIET = 10000; // milliseconds after which it is asked whether anybody is there
const PATIENCE = 3000; // milliseconds for the answer

// The edition that this page shows, and the token that it was given.
export const ours = JSON.parse(document.querySelector("meta[name=livedeck]").content);
let socket = null;
let delay = 100;
let last = 0; // when something was heard

export function send(message) {
  const open = socket?.readyState === WebSocket.OPEN;
  if (open) socket.send(JSON.stringify(message));
  return open;
}

// A connection may be dead without a word: after a sleep, or where the network has changed.
function probe() {
  const [asked, line] = [Date.now(), socket];
  if (!send({ do: "ping" })) return;
  setTimeout(() => {
    if (last < asked) line.close();
  }, PATIENCE);
}

setInterval(probe, QUIET);
addEventListener("online", probe);
document.addEventListener("visibilitychange", probe);

// `place` says where this page has gone while nobody heard of it.
export function connect({ hear, changed, remote = false, place: at = () => null }) {
  const { session, number } = ours;
  const place = new URL(`live?token=${encodeURIComponent(ours.token)}`, location.href);
  place.protocol = place.protocol.replace("http", "ws");
  socket = new WebSocket(place);
  socket.onopen = () => {
    delay = 100;
    changed(true);
    send({ do: "hello", session, number, remote, at: at() });
  };
  socket.onmessage = ({ data }) => {
    last = Date.now();
    hear(JSON.parse(data));
  };
  socket.onclose = ({ reason }) => {
    changed(false, reason);
    setTimeout(connect, delay, { hear, changed, remote, place: at });
    delay = Math.min(2 * delay, LONGEST);
  };
}
