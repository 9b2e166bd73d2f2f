// Shows the API's description with Swagger UI; what is tried there goes out under the page's login.

const place = document.getElementById("explorer");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  layout: "BaseLayout",
  presets: [window.SwaggerUIBundle.presets.apis],
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  requestInterceptor(request) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
    return request;
  },
});
