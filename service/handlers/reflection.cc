// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"

namespace cachestore {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using ServiceNames = std::set<std::string>;

// Both versions have the same messages under different names.
struct V1 {
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
  static constexpr char kPath[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
};
struct V1Alpha {
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
  static constexpr char kPath[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
};

// A path's service: "/package.Service/Method" has "package.Service".
std::string ServiceName(const std::string& path) { return path.substr(1, path.find('/', 1) - 1); }

template <typename Response>
void NotFound(const std::string& what, Response& response) {
  response.mutable_error_response()->set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  response.mutable_error_response()->set_error_message(what + ": not known to this server");
}

// The file with all that it imports, each once.
template <typename Response>
void AddFiles(const FileDescriptor* file, std::set<const FileDescriptor*>& added,
              Response& response) {
  if (!added.insert(file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  response.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) {
    AddFiles(file->dependency(i), added, response);
  }
}

template <typename Response>
void AnswerFile(const FileDescriptor* file, const std::string& what, Response& response) {
  if (file == nullptr) return NotFound(what, response);
  std::set<const FileDescriptor*> added;
  AddFiles(file, added, response);
}

template <typename Response>
void AnswerExtensionNumbers(const std::string& type, Response& response) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  const google::protobuf::Descriptor* const message = pool.FindMessageTypeByName(type);
  if (message == nullptr) return NotFound(type, response);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(message, &extensions);
  auto& answer = *response.mutable_all_extension_numbers_response();
  answer.set_base_type_name(type);
  for (const FieldDescriptor* extension : extensions) {
    answer.add_extension_number(extension->number());
  }
}

template <typename Version>
typename Version::Response Answer(const typename Version::Request& request,
                                  const ServiceNames& services) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  typename Version::Response response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Version::Request::kListServices:
      for (const std::string& name : services) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case Version::Request::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), request.file_by_filename(),
                 response);
      break;
    case Version::Request::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()),
                 request.file_containing_symbol(), response);
      break;
    case Version::Request::kFileContainingExtension: {
      const auto& asked = request.file_containing_extension();
      const auto* const type = pool.FindMessageTypeByName(asked.containing_type());
      const FieldDescriptor* const extension =
          type == nullptr ? nullptr : pool.FindExtensionByNumber(type, asked.extension_number());
      AnswerFile(extension == nullptr ? nullptr : extension->file(), asked.containing_type(),
                 response);
      break;
    }
    case Version::Request::kAllExtensionNumbersOfType:
      AnswerExtensionNumbers(request.all_extension_numbers_of_type(), response);
      break;
    case Version::Request::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(
          static_cast<int>(absl::StatusCode::kInvalidArgument));
      response.mutable_error_response()->set_error_message("the request asks for nothing");
      break;
  }
  return response;
}

template <typename Version>
class Reflection final : public StreamHandler {
 public:
  Reflection(std::shared_ptr<Stream> stream, std::shared_ptr<const ServiceNames> services)
      : stream_(std::move(stream)), services_(std::move(services)) {}

  void OnMessage(const absl::Cord& message) override {
    typename Version::Request request;
    if (!request.ParseFromString(std::string(message))) {
      return stream_->Finish(
          absl::InvalidArgumentError("the bytes are no valid ServerReflectionRequest message"));
    }
    stream_->WriteLatest(absl::Cord(Answer<Version>(request, *services_).SerializeAsString()));
  }

  void OnHalfClose() override { stream_->Finish(absl::OkStatus()); }

 private:
  const std::shared_ptr<Stream> stream_;
  const std::shared_ptr<const ServiceNames> services_;
};

template <typename Version>
Method ReflectionMethod(std::shared_ptr<const ServiceNames> services) {
  return {.path = Version::kPath,
          .audience = Audience::Everyone(),
          .handle = [services = std::move(services)](
                        std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
            return std::make_shared<Reflection<Version>>(std::move(stream), services);
          }};
}

}  // namespace

MethodTable ReflectionMethods(const MethodTable& methods) {
  auto services = std::make_shared<ServiceNames>();
  for (const Method& method : methods) services->insert(ServiceName(method.path));
  services->insert(ServiceName(V1::kPath));
  services->insert(ServiceName(V1Alpha::kPath));
  return {ReflectionMethod<V1>(services), ReflectionMethod<V1Alpha>(services)};
}

}  // namespace cachestore
