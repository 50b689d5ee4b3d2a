// News from the server; after a break the page loads anew, so that nothing is missed.
import { here } from "./server.js";

const RETRY_MS = 1000;

export function listen(hear) {
  let opened = false;
  const connect = () => {
    const parameters = new URLSearchParams({ as: here.user, in: here.channel });
    const socket = new WebSocket(`ws://${location.host}/_preview/live?${parameters}`);
    socket.addEventListener("open", () => {
      if (opened) location.reload();
      opened = true;
      document.documentElement.dataset.live = "yes";
    });
    socket.addEventListener("message", (event) => {
      const item = JSON.parse(event.data);
      if (item.kind === "reload") location.reload();
      else hear(item);
    });
    socket.addEventListener("close", () => {
      document.documentElement.dataset.live = "no";
      setTimeout(connect, RETRY_MS);
    });
  };
  connect();
}
