SwaggerUIBundle({
  url: "openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null, // else badges of a server on the Internet
});
