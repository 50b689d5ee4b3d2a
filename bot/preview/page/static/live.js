// News from the server. The page tells how far it has seen, and gets what it missed.
import { here, root } from "./server.js";

const RETRY_MS = 1000;

export function listen(hear) {
  let seen = root.dataset.mark;
  const connect = () => {
    const parameters = new URLSearchParams({ as: here.user, in: here.channel, seen });
    const socket = new WebSocket(`ws://${location.host}/_preview/live?${parameters}`);
    socket.addEventListener("open", () => {
      root.dataset.live = "yes";
    });
    socket.addEventListener("message", (event) => {
      const item = JSON.parse(event.data);
      if (item.kind === "reload") location.reload();
      else if (item.kind === "mark") seen = item.mark;
      else hear(item);
    });
    socket.addEventListener("close", () => {
      root.dataset.live = "no";
      setTimeout(connect, RETRY_MS);
    });
  };
  connect();
}
