// In place of PHP, which only a container engine could run here.
require("node:http")
  .createServer((request, response) => response.end(`${request.url} of the site`))
  .listen(9000);
