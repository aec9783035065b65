/** How long to wait before asking again for products that are not available, in ms. */
const RETRY = 3000;

const yen = new Intl.NumberFormat("ja-JP", { style: "currency", currency: "JPY" });
const find = (selector) => document.querySelector(selector);

const login = find("#login");
const order = find("#order");
const user = find("#user");

/** Kept in memory only: a script from elsewhere that got in could not find it in the storage. */
let token;

/** Of each product, by id. */
let prices = new Map();

/** Asks a service of ours; an answer that is not fine becomes an error with `status`. */
async function call(path, { body } = {}) {
  const headers = { accept: "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => undefined);
  if (answer === undefined) throw new Error("The shop cannot be reached. Try again.");
  // A load balancer without a healthy target answers in HTML.
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  const problem = content.detail ?? `The service answered ${answer.status}`;
  throw Object.assign(new Error(`${problem}.`), { status: answer.status });
}

function tell(status, alert = "") {
  find("#status").textContent = status;
  find("#alert").textContent = alert;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function showUser(name) {
  login.hidden = name !== undefined;
  find("#demo").hidden = login.hidden;
  user.hidden = name === undefined;
  user.querySelector("strong").textContent = name ?? "";
}

function showProducts(products) {
  const rows = products.map(({ id, name, description, price }) => {
    const quantity = element("input", {
      name: id,
      type: "number",
      min: "0",
      max: "99",
      defaultValue: "0",
      inputMode: "numeric",
    });
    quantity.setAttribute("aria-label", `Quantity of ${name}`);
    return element(
      "li",
      {},
      element("span", { className: "name" }, name),
      element("span", { className: "soft" }, description),
      element("span", { className: "price" }, yen.format(price)),
      quantity,
    );
  });
  find("#products").replaceChildren(...rows);
  prices = new Map(products.map(({ id, price }) => [id, price]));
  showSum();
  order.querySelector("button").disabled = false;
}

/** What the order would cost at the prices shown; the shop calculates it again when the order is placed. */
function showSum() {
  const sum = [...new FormData(order)].reduce(
    (total, [id, quantity]) => total + (prices.get(id) ?? 0) * Number(quantity),
    0,
  );
  find("#sum").textContent = yen.format(sum);
}

/** Asks until there are products, so that the page recovers when the service does. */
async function loadProducts() {
  try {
    const { products } = await call("/shop/products");
    showProducts(products);
    tell(products.length === 0 ? "There are no products." : "");
  } catch (error) {
    tell("", `${error.message} This page asks again by itself.`);
    setTimeout(loadProducts, RETRY);
  }
}

function showReceipt({ id, lines, total }) {
  const receipt = find("#receipt");
  receipt
    .querySelector("ul")
    .replaceChildren(
      ...lines.map(({ name, quantity, price }) =>
        element("li", {}, `${name} × ${quantity}: ${yen.format(price)}`),
      ),
    );
  receipt.querySelector("strong").textContent = yen.format(total);
  receipt.querySelector("span").textContent = id;
  receipt.hidden = false;
  find("#receipt-heading").focus();
}

/** Runs what a form does, with its button switched off meanwhile. */
function onSubmit(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await action(new FormData(form));
    } catch (error) {
      if (error.status === 401 && token !== undefined) logOut();
      tell("", error.message);
    } finally {
      button.disabled = false;
    }
  });
}

function logOut() {
  token = undefined;
  showUser(undefined);
}

onSubmit(login, async (fields) => {
  const body = Object.fromEntries(fields);
  ({ access_token: token } = await call("/auth/login", { body }));
  login.reset();
  showUser(body.user);
  tell(`Logged in as ${body.user}.`);
});

onSubmit(order, async (fields) => {
  const lines = [...fields]
    .map(([productId, quantity]) => ({ productId, quantity: Number(quantity) }))
    .filter(({ quantity }) => quantity > 0);
  if (lines.length === 0) throw new Error("Choose a quantity of at least one product.");
  showReceipt(await call("/shop/orders", { body: { lines } }));
  order.reset();
  showSum();
  tell("The order is placed.");
});

order.addEventListener("input", showSum);

user.querySelector("button").addEventListener("click", () => {
  logOut();
  tell("Logged out.");
});

await loadProducts();
