// Sends back what it is asked. The answer leaves the page after all that its boxes had still held back.
function initialize({ model }) {
  model.on("msg:custom", (press) => model.send(press));
}

export default { initialize };
